namespace SloRollback;

/// <summary>One mistake in the configuration.</summary>
/// <param name="Path">The configuration path, such as <c>SloRollback:Services:checkout:Deploys:Provider</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record ConfigurationFault(string Path, string Message);
