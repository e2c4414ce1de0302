using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SloRollback.Sample.Scenarios;

namespace SloRollback.Sample.CommandLine;

/// <summary>The command line: options in, or one clear line about what is wrong with them.</summary>
internal sealed class SampleCommand
{
    private const int Replicas = 3;

    private readonly Option<ScenarioName> scenario = new("--scenario")
    {
        Description = "bad-release: v2 fails and is rolled back (default). dependency-outage: v2 is healthy, and an outage that began "
            + "before it is not blamed on it.",
        HelpName = "bad-release|dependency-outage",
        CustomParser = ParseScenario,
    };

    private readonly Option<Uri?> prometheus = new("--prometheus")
    {
        Description = "Read from this Prometheus server, which scrapes the replicas, instead of scraping them here. Needs --ports.",
        HelpName = "URL",
        CustomParser = ParseUrl,
    };

    private readonly Option<ImmutableArray<int>> ports = new("--ports")
    {
        Description = "Ports of the three replicas; free ones when left out.",
        HelpName = "9101,9102,9103",
        CustomParser = ParsePorts,
    };

    private readonly Option<string?> evidence = new("--evidence")
    {
        Description = "Directory for the evidence documents; a new one under the temporary directory when left out.",
        HelpName = "DIR",
        CustomParser = ParseDirectory,
    };

    private readonly Option<bool> plain = new("--plain") { Description = "Plain lines, as when the output is redirected." };

    private readonly RootCommand root = new(
        "A release goes wrong, its error budget burns, and SloRollback rolls it back: on real traffic, in under a minute.");

    public SampleCommand()
    {
        foreach (Option option in (Option[])[scenario, prometheus, ports, evidence, plain])
            root.Add(option);
        root.Validators.Add(result =>
        {
            if (result.GetResult(prometheus) is not null && result.GetResult(ports) is null)
                result.AddError("--prometheus needs --ports: the server has to know what to scrape");
        });
    }

    /// <summary>Runs the sample as the arguments ask.</summary>
    /// <returns>The exit code: 2 for arguments that make no sense.</returns>
    public async Task<int> RunAsync(string[] args, Func<SampleOptions, Task<int>> run)
    {
        root.SetAction((result, _) => run(Read(result)));
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            await Console.Error.WriteLineAsync($"{parsed.Errors[0].Message.TrimEnd('.')}. --help shows what there is.");
            return 2;
        }

        // The host ends the run on Ctrl+C; two handlers would race.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        });
    }

    private SampleOptions Read(ParseResult result) => new()
    {
        Scenario = result.GetValue(scenario),
        Prometheus = result.GetValue(prometheus),
        Ports = result.GetResult(ports) is null ? [.. new int[Replicas]] : result.GetValue(ports),
        EvidenceDirectory = result.GetValue(evidence)
            ?? Path.Combine(Path.GetTempPath(), "slorollback-sample", Guid.NewGuid().ToString("N")[..8]),
        Plain = result.GetValue(plain),
    };

    private static ScenarioName ParseScenario(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "bad-release": return ScenarioName.BadRelease;
            case "dependency-outage": return ScenarioName.DependencyOutage;
            case var other:
                result.AddError($"\"{other}\" is not a scenario; known: bad-release, dependency-outage");
                return default;
        }
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;

        result.AddError($"\"{text}\" is not the address of a Prometheus server; example: http://localhost:9090");
        return null;
    }

    private static string? ParseDirectory(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        try
        {
            return Directory.CreateDirectory(text).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            result.AddError($"\"{text}\" cannot be used for the evidence: {e.Message}");
            return null;
        }
    }

    private static ImmutableArray<int> ParsePorts(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var read = text.Split(',')
            .Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0)
            .ToImmutableArray();
        if (read.Length != Replicas || read.Distinct().Count() != Replicas || read.Any(p => p is < 1 or > 65535))
            result.AddError($"\"{text}\" are not three different ports; example: 9101,9102,9103");
        return read;
    }
}
