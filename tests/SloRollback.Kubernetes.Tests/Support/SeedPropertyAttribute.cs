using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>A property over a seed of any size: left to themselves, integers stay between ±100. The same cases in every run.</summary>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable xUnit3003 // FsCheck's attribute takes no source information.
public sealed class SeedPropertyAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    public SeedPropertyAttribute()
    {
        Arbitrary = [typeof(SeedPropertyAttribute)];
        Replay = "20260301,1201";
        MaxTest = 300;
        QuietOnSuccess = true;
    }

    public static Arbitrary<int> Seeds() => Gen.Choose(0, int.MaxValue).ToArbitrary();
}
