namespace SloRollback.Prometheus;

/// <summary>Where the options of a source are bound from.</summary>
internal static class ConfigurationSections
{
    public static string Of(string source) => source switch
    {
        SourceNames.Prometheus => "SloRollback:Prometheus",
        SourceNames.Scraper => "SloRollback:Scraper",
        _ => $"SloRollback:{source}",
    };
}

/// <summary>The names of sources that are not given one.</summary>
internal static class SourceNames
{
    public const string Prometheus = "prometheus";
    public const string Scraper = "scraper";
}
