using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Fills the options by hand: a binder would read <c>"1h"</c> and <c>"99.9%"</c> as nothing, and stop at the first fault.
/// </summary>
internal sealed class ConfigureSloRollbackOptions(
    ConfigurationSources sources, IEnumerable<ProviderRegistration> providers, IEnumerable<IIndicatorSet> sets, IDateTimeZoneProvider zones)
    : IConfigureOptions<SloRollbackOptions>
{
    public void Configure(SloRollbackOptions options) =>
        new SloRollbackReader(sources, new ProviderNames(providers), zones, [.. sets]).Read(options);
}
