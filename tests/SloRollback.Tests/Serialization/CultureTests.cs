namespace SloRollback.Tests.Serialization;

/// <summary>Nothing that is written, hashed or shown depends on the culture of the thread.</summary>
public sealed class CultureTests
{
    [DiceProperty(MaxTest = 200)]
    public void Ids_texts_and_documents_are_the_same_in_every_culture(Dice dice)
    {
        var input = dice.Chance(0.5) ? Acting.Spoilt(dice) : Weird.Input(dice);
        Assert.Equal(Everything(input), In(Foreign(), () => Everything(input)));
    }

    [DiceProperty]
    public void Downtimes_are_written_and_read_the_same_in_every_culture(Dice dice)
    {
        var downtime = Weird.Downtime(dice, Given.T0);
        var form = SloRollback.Serialization.SloRollbackJsonContext.Default.Downtime;
        var json = In(Foreign(), () => JsonSerializer.Serialize(downtime, form));
        Assert.Equal(JsonSerializer.Serialize(downtime, form), json);
        Assert.Equal(downtime, In(Foreign(), () => JsonSerializer.Deserialize(json, form)));
    }

    [Fact]
    public void The_foreign_culture_is_foreign() => Assert.Equal("1,5 ~2", In(Foreign(), () => $"{1.5} {-2}"));

    [Fact]
    public void Targets_are_read_and_written_the_same_in_every_culture() => In(Foreign(), () =>
    {
        Assert.True(ObjectiveTarget.TryParse("99.9%", out var target, out _));
        Assert.False(ObjectiveTarget.TryParse("99,9%", out _, out _));
        Assert.Equal("99.9%", target.ToString());
        return 0;
    });

    [Fact]
    public void Lengths_and_shares_are_shown_as_people_read_them()
    {
        In(Foreign(), () =>
        {
            Assert.Equal("37%", HumanFormat.Percent(0.37));
            Assert.Equal("1.4%", HumanFormat.Percent(0.014));
            Assert.Equal("0.02%", HumanFormat.Percent(0.0002));
            Assert.Equal("-2%", HumanFormat.Percent(-0.02));
            Assert.Equal("1h 30m", HumanFormat.Length(Duration.FromMinutes(90)));
            Assert.Equal("1.5s", HumanFormat.Length(Duration.FromMilliseconds(1500)));
            Assert.Equal("-45s", HumanFormat.Length(Duration.FromSeconds(-45)));
            Assert.Equal("7d", HumanFormat.Length(Duration.FromDays(7)));
            return 0;
        });
    }

    private static string Everything(DecisionInput input)
    {
        var decision = RollbackDecider.Decide(input);
        var evidence = EvidenceFactory.Create(input, decision);
        return string.Join('\n', evidence.Id, evidence.PolicyHash, decision.Text, evidence.ToJson(), string.Join(',', input.Deployments.Select(d => RollbackId.Of(d.Id))));
    }

    // Without ICU there is no de-DE: this one differs in all that a format can pick up.
    private static CultureInfo Foreign()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.PercentDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.TimeSeparator = ".";
        culture.DateTimeFormat.DateSeparator = ".";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        return culture;
    }

    private static T In<T>(CultureInfo culture, Func<T> run)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
