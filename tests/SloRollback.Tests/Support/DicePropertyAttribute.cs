namespace SloRollback.Tests.Support;

/// <summary>A property over <see cref="Dice"/>: the same cases in every run.</summary>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable xUnit3003 // FsCheck's attribute takes no source information.
public sealed class DicePropertyAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    public DicePropertyAttribute()
    {
        Arbitrary = [typeof(Dice)];
        Replay = "20260301,1201";
        MaxTest = 300;
        QuietOnSuccess = true;
    }
}
