namespace SloRollback.Tests.Support;

/// <summary>A property over <see cref="Dice"/>: the same cases in every run.</summary>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable xUnit3003 // FsCheck's attribute takes no source information.
public sealed class DicePropertyAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    // Mutation testing runs the suite thousands of times: there a share of the cases is enough, and what it finds is a lower bound.
    private const string Share = "SLOROLLBACK_CASES_DIVIDED_BY";
    private const int Fewest = 4;

    public DicePropertyAttribute()
    {
        Arbitrary = [typeof(Dice)];
        Replay = "20260301,1201";
        MaxTest = 300;
        QuietOnSuccess = true;
    }

    /// <summary>How many cases are tried.</summary>
    public new int MaxTest
    {
        get => base.MaxTest;
        set => base.MaxTest = Math.Max(Math.Min(value, Fewest), value / Divisor);
    }

    private static int Divisor => int.TryParse(Environment.GetEnvironmentVariable(Share), CultureInfo.InvariantCulture, out var divisor) ? divisor : 1;
}
