namespace SloRollback.Sample.Checkout;

/// <summary>
/// What checkout calls, for example a payment provider. While it is out, requests fail whatever version of checkout serves them.
/// </summary>
internal sealed class Dependency
{
    private double failureShare;

    /// <summary>Share of the calls to it that fail, 0 to 1.</summary>
    public double FailureShare => Volatile.Read(ref failureShare);

    public void BreakDown(double share) => Volatile.Write(ref failureShare, share);

    public void Recover() => Volatile.Write(ref failureShare, 0);
}
