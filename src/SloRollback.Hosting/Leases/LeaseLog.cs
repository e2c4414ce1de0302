using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Leases;

/// <summary>What is logged about the lease, in the category <c>SloRollback.Lifecycle</c>; once per change.</summary>
internal static partial class LeaseLog
{
    [LoggerMessage(9201, LogLevel.Information, "this replica leads: it holds the lease as {Holder}", EventName = "Leads")]
    public static partial void Leads(ILogger logger, string holder);

    [LoggerMessage(9202, LogLevel.Information, "this replica stands by: {Why}", EventName = "StandsBy")]
    public static partial void StandsBy(ILogger logger, string why);

    [LoggerMessage(9203, LogLevel.Warning, "the lease is unavailable: {Detail}; {Consequence}", EventName = "LeaseUnavailable")]
    public static partial void Unavailable(ILogger logger, string detail, string consequence);
}
