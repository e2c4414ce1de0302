using System.Globalization;
using SloRollback.Simulation.Tests;
using SloRollback.Simulation.Tests.Engine;

// The program that xunit would generate, but for what tests/simulate.sh asks for.
switch (args)
{
    case ["--seed", var seed]:
        var run = Run.Of(int.Parse(seed, CultureInfo.InvariantCulture), isTraced: true);
        foreach (var line in run.Trace)
            Console.WriteLine(line);
        Console.WriteLine(run.Violation?.Message ?? "every invariant holds");
        return run.Violation is null ? 0 : 1;
    case ["--runs", var count, "--from", var from]:
        return Seeds(int.Parse(from, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
}

return args.Any(a => a is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

static int Seeds(int from, int count)
{
    try
    {
        Console.WriteLine(Many.Run(from, count, CancellationToken.None, runs =>
        {
            if (runs % 10_000 == 0)
                Console.WriteLine($"{runs} runs ...");
        }));
        return 0;
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine(e.Message);
        return 1;
    }
}
