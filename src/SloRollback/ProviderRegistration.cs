namespace SloRollback;

/// <summary>
/// Says that a provider is registered. It stands beside the provider's keyed service, since the keys of a service collection
/// cannot be listed, and lets a misspelt name be answered with the known ones.
/// </summary>
/// <param name="Kind">What it provides.</param>
/// <param name="Name">The name by which configuration refers to it: the key of its keyed service.</param>
public sealed record ProviderRegistration(ProviderKind Kind, string Name)
{
    /// <summary>
    /// The section beside <c>Services</c> that the provider reads and answers for, whatever its case; a section that nobody answers
    /// for is a mistake. Several registrations may share one.
    /// </summary>
    /// <value>The same as <see cref="Name"/>.</value>
    public string Section { get; init; } = Name;
}
