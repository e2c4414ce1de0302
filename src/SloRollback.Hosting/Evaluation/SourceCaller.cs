using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Calls metric sources: whatever goes wrong there, late or not at all, is an outcome. Each reader has its own.</summary>
internal sealed class SourceCaller(IServiceProvider services, IEnumerable<ProviderRegistration> providers, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.MetricSource");
    private readonly ConcurrentDictionary<string, string> faults = new();

    // An indicator without a source's name is read from the only one there is; the check at start has made sure of that.
    private readonly string onlySource = providers.FirstOrDefault(p => p.Kind == ProviderKind.MetricSource)?.Name ?? "";

    /// <summary>The name of the source that an indicator is read from.</summary>
    public string SourceOf(Indicator indicator) => indicator.Source is { Length: > 0 } name ? name : onlySource;

    /// <summary>Asks a source; throws only when cancelled.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="step">The answer may take two of these, and half a minute at least.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async Task<SliReadResult> AskAsync(string name, SliReadRequest request, Duration step, CancellationToken cancellationToken)
    {
        try
        {
            var timeout = step.ToTimeSpan() * 2;
            using var limit = new Deadline(timeout > ShortestTimeout ? timeout : ShortestTimeout, time, cancellationToken);
            try
            {
                var result = await services.GetRequiredKeyedService<IMetricSource>(name).ReadAsync(request, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
                faults.TryRemove(name, out _);
                return result ?? Failed(request, SliOutcome.Failed(UnmeasuredReason.SourceFault, "the source answered nothing", transient: true));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return Failed(request, SliOutcome.Failed(UnmeasuredReason.Timeout, "the source did not answer in time", transient: true));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The same fault at every step is one piece of news.
            var fault = $"{e.GetType()}: {e.Message}";
            if (!faults.TryGetValue(name, out var before) || before != fault)
                EvaluationLog.SourceFault(logger, e, name);
            faults[name] = fault;
            return Failed(request, SliOutcome.Failed(UnmeasuredReason.SourceFault, $"{e.GetType().Name}: {e.Message}", transient: true));
        }
    }

    private static SliReadResult Failed(SliReadRequest request, SliOutcome outcome) =>
        new() { Outcomes = [.. request.Queries.Select(_ => outcome)] };
}
