using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>A metric source that can tell beforehand how it reads. Implemented beside <see cref="IMetricSource"/>.</summary>
public interface IExplainedSource
{
    /// <summary>The plan by which some queries are read together, for people: what is asked, for whom, and in which way. Asks nobody.</summary>
    /// <param name="queries">The queries.</param>
    /// <returns>Lines of text, without a line break at the end.</returns>
    string Explain(ImmutableArray<SliQuery> queries);
}
