using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Reads configurations as a host does, with providers that exist in name only.</summary>
internal static class Reading
{
    public const string Objective = "Services:checkout:Objectives:availability";
    public const string Rule = Objective + ":Rules:bad-release";

    public static readonly ProviderRegistration[] Providers =
    [
        new(ProviderKind.MetricSource, "prometheus"),
        new(ProviderKind.Deployments, "kubernetes"),
        new(ProviderKind.Notifier, "slack"),
    ];

    /// <summary>The smallest configuration with a rollback rule, key by key below the root.</summary>
    public static Dictionary<string, string?> Smallest() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Services:checkout:Environment"] = "production",
        ["Services:checkout:Deploys:Workload"] = "deployment/checkout",
        [$"{Objective}:Target"] = "99.9%",
        [$"{Objective}:Indicator:Valid"] = "requests_total",
        [$"{Objective}:Indicator:Bad"] = "requests_total{code=~'5..'}",
        [$"{Rule}:Rollback"] = null,
    };

    /// <summary>The smallest configuration, with keys set, or removed together with everything below them when the value is null.</summary>
    public static SloRollbackOptions With(params (string Key, string? Value)[] changes) => Keys(Change(changes));

    public static Dictionary<string, string?> Change(params (string Key, string? Value)[] changes)
    {
        var keys = Smallest();
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                foreach (var gone in keys.Keys.Where(k => k == key || k.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)).ToList())
                    keys.Remove(gone);
            }
            else
            {
                keys[key] = value;
            }
        }

        return keys;
    }

    public static SloRollbackOptions Keys(Dictionary<string, string?> keys, params ProviderRegistration[] providers) =>
        Options(
            builder => builder.AddInMemoryCollection(keys.Select(pair => KeyValuePair.Create($"SloRollback:{pair.Key}", pair.Value))),
            providers);

    public static SloRollbackOptions Json(params string[] files) => Options(builder => AddFiles(builder, files), Providers);

    public static SloRollbackOptions Code(Action<ISloRollbackBuilder> describe, params string[] files) =>
        Options(builder => AddFiles(builder, files), Providers, describe);

    public static IEnumerable<string> Lines(SloRollbackOptions options) => options.Faults.Select(fault => $"{fault.Path}  {fault.Message}");

    /// <summary>Exactly one fault.</summary>
    public static void AssertOnly(string path, string message, params (string Key, string? Value)[] changes) =>
        AssertFirst(path, message, 1, changes);

    public static void AssertFirst(string path, string message, int faults, params (string Key, string? Value)[] changes)
    {
        var lines = Lines(With(changes)).ToList();
        Assert.Equal($"SloRollback:{path}  {message}", lines.FirstOrDefault());
        Assert.Equal(faults, lines.Count);
    }

    private static void AddFiles(IConfigurationBuilder builder, string[] files)
    {
        foreach (var file in files)
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file)));
    }

    private static SloRollbackOptions Options(
        Action<IConfigurationBuilder> configure, ProviderRegistration[] providers, Action<ISloRollbackBuilder>? describe = null)
    {
        var configuration = new ConfigurationBuilder();
        configure(configuration);
        var services = new ServiceCollection();
        foreach (var provider in providers.Length == 0 ? Providers : providers)
            services.AddSingleton(provider);
        var builder = services.AddSloRollback(configuration.Build().GetSection("SloRollback"));
        describe?.Invoke(builder);
        using var root = services.BuildServiceProvider();
        return root.GetRequiredService<IOptions<SloRollbackOptions>>().Value;
    }
}
