namespace SloRollback.Tests.Support;

/// <summary>What a reader's steps are booked as after all its corrections.</summary>
internal sealed class Bookings(StepReader reader)
{
    private readonly SortedDictionary<long, SliStep> steps = [];

    public StepReader Reader { get; } = reader;

    public IReadOnlyList<SliStep> All => [.. steps.Values];

    public SliStep this[long step] => steps[step];

    public double Bad => steps.Values.Sum(s => s.Bad);

    public double Valid => steps.Values.Sum(s => s.Valid);

    public SliStep Read(long step, SliCell cell)
    {
        for (var skipped = steps.Count == 0 ? step : steps.Keys.Last() + 1; skipped < step; skipped++) steps[skipped] = Given.Unmeasured;
        steps[step] = Reader.Read(step, cell, out _);
        Correct(step);
        return steps[step];
    }

    public SliStep ReadAgain(long step, SliCell cell)
    {
        steps[step] = Reader.ReadAgain(step, cell);
        Correct(step);
        return steps[step];
    }

    // Corrections are of other steps, really change them, and each once.
    private void Correct(long read)
    {
        var seen = new HashSet<long> { read };
        foreach (var (step, value) in Reader.Corrections)
        {
            Assert.True(seen.Add(step), $"{step} twice");
            Assert.NotEqual(steps[step], value);
            steps[step] = value;
        }
    }
}
