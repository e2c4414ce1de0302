using NodaTime;

namespace SloRollback.Simulation.Tests.World;

/// <summary>What goes wrong in a run, and how often. Drawn from the seed, so that some runs are calm and some have one kind of fault only.</summary>
internal sealed record Weather
{
    public bool IsCalm { get; init; }

    /// <summary>How often a call gets lost, fails, is sent twice or is late, before or after its effect.</summary>
    public double Calls { get; init; }

    /// <summary>How often a process dies at a call: before it, while it is under way, or after it.</summary>
    public double Crashes { get; init; }

    /// <summary>How often a clock is set, in an hour.</summary>
    public double ClockSteps { get; init; }

    /// <summary>How often journal, platform or metric source are down for a while, in an hour.</summary>
    public double Outages { get; init; }

    /// <summary>How often people do what surprises: pause, fix, recreate, roll back themselves, in an hour.</summary>
    public double People { get; init; }

    /// <summary>The shortest and the longest time that a message takes.</summary>
    public Duration Slowest { get; init; }

    public static Weather Of(Dice dice)
    {
        if (dice.Chance(0.05))
            return new Weather { IsCalm = true, Slowest = Duration.FromMilliseconds(50) };

        return new Weather
        {
            Calls = dice.Pick(0, 0.02, 0.1, 0.25),
            Crashes = dice.Pick(0, 0.002, 0.005, 0.02),
            ClockSteps = dice.Pick(0, 0, 2, 6),
            Outages = dice.Pick(0, 1, 4),
            People = dice.Pick(0, 3, 10),
            Slowest = Duration.FromMilliseconds(dice.Pick(20, 500, 5_000, 40_000)),
        };
    }
}
