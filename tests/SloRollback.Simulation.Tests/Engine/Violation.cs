namespace SloRollback.Simulation.Tests.Engine;

/// <summary>An invariant of SEMANTICS §9 does not hold; 0: something else that must never be.</summary>
internal sealed class ViolationException(int invariant, string what) : Exception($"invariant {invariant}: {what}")
{
    public int Invariant => invariant;
}
