using System.Collections.Immutable;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>A service but for what refers to other services: its composites and what it depends on.</summary>
internal sealed record ServiceDraft
{
    public required ConfigurationNode Node { get; init; }

    /// <summary>Name and environment; <see langword="null"/> when either is reported as wrong.</summary>
    public ServiceId? Id { get; init; }

    public required ServiceTarget Target { get; init; }

    public ImmutableArray<Downtime> Downtimes { get; init; } = [];

    /// <summary>All objectives that are written, in their order.</summary>
    public ImmutableArray<ObjectiveDraft> Objectives { get; init; } = [];

    public ObjectiveDraft? Find(string objective) =>
        Objectives.FirstOrDefault(o => string.Equals(o.Node.Key, objective, StringComparison.OrdinalIgnoreCase));
}

/// <summary>An objective of a <see cref="ServiceDraft"/>.</summary>
/// <param name="Node">Its place, whose key is its id.</param>
/// <param name="IsComposite">Whether it is made of others, and read after them.</param>
/// <param name="Read">What was read; <see langword="null"/> for a composite, and for one that is reported as wrong.</param>
internal sealed record ObjectiveDraft(ConfigurationNode Node, bool IsComposite, Objective? Read);
