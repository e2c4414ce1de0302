using BenchmarkDotNet.Running;
using SloRollback.Benchmarks;
using SloRollback.Benchmarks.Prometheus;

switch (args)
{
    case ["memory"]:
        MemoryReport.Print();
        break;
    case ["prometheus", .. var parts]:
        await PrometheusReport.PrintAsync(parts);
        break;
    case [FakePrometheus.Verb]:
        await FakePrometheus.RunAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Fleet).Assembly).Run(args);
        break;
}
