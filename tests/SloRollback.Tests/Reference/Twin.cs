namespace SloRollback.Tests.Reference;

/// <summary>The real counts of an objective and the reference, given the same steps.</summary>
internal sealed class Twin
{
    /// <summary>No case has more steps.</summary>
    public const int MostSteps = 700;

    private readonly Dice dice;

    public Twin(Dice dice, Objective objective, EngineSettings settings, long first, RandomSteps? values = null)
        : this(dice, objective, settings, Tracker(objective, settings), values)
    {
        Start = first;
    }

    public Twin(Dice dice, Objective objective, EngineSettings settings, ObjectiveTracker real, RandomSteps? values = null)
    {
        this.dice = dice;
        Objective = objective;
        Settings = settings;
        Real = real;
        Naive = new NaiveObjective(objective, real.Terms.Step);
        Values = values ?? new RandomSteps(dice, objective.Budgeting);
    }

    public Objective Objective { get; }

    public EngineSettings Settings { get; }

    public ObjectiveTracker Real { get; }

    public NaiveObjective Naive { get; }

    public RandomSteps Values { get; }

    /// <summary>The first step to record.</summary>
    public long Start { get; }

    /// <summary>Steps that are kept singly: no more than the period has, and never fewer than 64.</summary>
    public int Singles => (int)Math.Max(64, Math.Min(Steps(Settings.StepsKept, 1), Real.Terms.LongestPeriodSteps));

    public int MediumBucket => (int)Steps(Settings.MediumBucket, 1);

    public int CoarseBucket => (int)Math.Max(Steps(Settings.CoarseBucket, 1), MediumBucket);

    /// <summary>
    /// How far sums may be off: not at all where all counts are whole numbers of some small unit, else by half a unit in the last place
    /// of the cumulative count for every addition.
    /// </summary>
    public double Tolerance => Values.AreExact ? 0 : 4 * MostSteps * MostSteps * Math.Pow(2, -53);

    public void Record(long step, SliStep value)
    {
        Real.Record(step, value);
        Naive.Record(step, value);
    }

    public void Record(SliStep value) => Record(Naive.HasStarted ? Naive.Next : Start, value);

    public void Correct(long step, SliStep value)
    {
        var isKept = Real.Correct(step, value);
        Assert.Equal(step >= Naive.First && step >= Naive.Next - Singles, isKept);
        if (isKept) Naive.Correct(step, value);
    }

    public void Prepend(SliStep value)
    {
        Real.Prepend(value);
        Naive.Prepend(value);
    }

    /// <summary>So many random steps; now and then some are skipped, corrected or filled in before the first.</summary>
    public void Go(int count, double late = 0.05, double back = 0.01)
    {
        for (var i = 0; i < count && Naive.Next - Naive.First < MostSteps - 40; i++)
        {
            if (Naive.HasStarted && dice.Chance(0.01)) Record(Naive.Next + dice.Between(1, 12), Values.Next());
            else Record(Values.Next());
            if (dice.Chance(late)) Correct(Naive.Next - 1 - dice.Below(Singles + 3), Values.Next());
            if (!dice.Chance(back)) continue;

            for (var k = dice.Between(1, 30); k > 0; k--) Prepend(Values.Next());
        }
    }

    /// <summary>Steps in a bucket of the resolution that is kept at an edge.</summary>
    public int Bucket(long edge) => Naive.Next - edge <= Singles ? 1 : Naive.Next - edge <= Steps(Settings.MediumBucketsKept, 1) ? MediumBucket : CoarseBucket;

    /// <summary>How far a window's old edge may move on: by less than one bucket. What begins with or before the first step lacks nothing.</summary>
    public int Slack(long edge) => edge <= Naive.First ? 0 : Bucket(edge) - 1;

    /// <summary>The old edge of the truth that explains a window's counts, at most a bucket after the one that was asked for.</summary>
    public long? Explained(in WindowCounts window, long from, long to, int slack, long step = 1)
    {
        for (var edge = from; Math.Abs(edge - from) <= slack; edge += step)
        {
            if (Naive.Between(edge, to).Agrees(window, Tolerance)) return edge;
        }

        return null;
    }

    public override string ToString() => $"{Naive.First} to {Naive.Next}, {Real.Layout}";

    private static ObjectiveTracker Tracker(Objective objective, EngineSettings settings)
    {
        var terms = new ObjectiveTerms(objective, settings, DateTimeZoneProviders.Tzdb);
        return new ObjectiveTracker(terms, TrackerLayout.Create(terms.Step, objective.Period.LongestLength, settings));
    }

    private long Steps(Duration duration, long least) => Math.Max(least, (long)Math.Ceiling(duration / Real.Terms.Step));
}
