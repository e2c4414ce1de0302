using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Configuration;

/// <summary>What the readers of all services share.</summary>
/// <param name="Log">Where faults go.</param>
/// <param name="Providers">What is registered.</param>
/// <param name="Zones">The time zones that are known.</param>
/// <param name="Sets">The ready-made indicators that are known.</param>
/// <param name="Step">The step; <see langword="null"/> when it could not be read.</param>
internal sealed record ReaderContext(
    ReadLog Log, ProviderNames Providers, IDateTimeZoneProvider Zones, ImmutableArray<IIndicatorSet> Sets, Duration? Step);
