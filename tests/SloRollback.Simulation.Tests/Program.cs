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
    case ["--faults"]:
        for (var i = 0; i < Mutant.All.Count; i++)
            Console.WriteLine($"{i}\t{Mutant.All[i].Name}\t{Mutant.All[i].File}");
        return 0;
    case ["--put", var index, "--into", var root]:
        Mutant.All[int.Parse(index, CultureInfo.InvariantCulture)].Apply(root);
        return 0;
    case ["--until-broken", var most]:
        var broken = Enumerable.Range(1, int.Parse(most, CultureInfo.InvariantCulture)).AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .Select(s => Run.Of(s)).FirstOrDefault(r => r.Violation is not null);
        Console.WriteLine(broken is null ? "not found" : $"{broken.Seed}\t{broken.Violation!.Invariant}\t{broken.Violation.Message}");
        return broken is null ? 1 : 0;
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
