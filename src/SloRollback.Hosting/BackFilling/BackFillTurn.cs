using NodaTime;

namespace SloRollback.Hosting.BackFilling;

/// <summary>When an objective's history is asked for again after a failure, and how much of it.</summary>
internal sealed class BackFillTurn
{
    private const int MostHalvings = 6;
    private const int AnswersToGrow = 4;

    private static readonly Duration ShortestDelay = Duration.FromSeconds(5);
    private static readonly Duration LongestDelay = Duration.FromMinutes(10);

    private int failures;
    private int halvings;
    private int answers;

    /// <summary>It is not asked for earlier.</summary>
    public Instant NotBefore { get; private set; } = Instant.MinValue;

    /// <summary>How much time is asked for.</summary>
    public Duration Chunk(Duration usual) => usual / (1 << halvings);

    /// <summary>It was read: what was too much before may be tried again after some answers.</summary>
    public void Answered()
    {
        failures = 0;
        if (halvings > 0 && ++answers % AnswersToGrow == 0)
            halvings--;
    }

    /// <summary>It was not read.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="wasTooMuch">May less be answered where this was not?</param>
    public void Failed(Instant now, bool wasTooMuch)
    {
        NotBefore = now + Duration.Min(LongestDelay, ShortestDelay * (1 << Math.Min(failures, 10)));
        (failures, answers) = (failures + 1, 0);
        if (wasTooMuch && halvings < MostHalvings)
            halvings++;
    }
}
