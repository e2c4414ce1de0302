namespace SloRollback.Sample.Checkout;

/// <summary>One version of the service: a name, and the share of requests that its bugs let fail (0 to 1).</summary>
internal sealed record AppVersion(string Name, double FailureShare = 0);
