using BenchmarkDotNet.Running;
using SloRollback.Benchmarks;
using SloRollback.Benchmarks.Journals;
using SloRollback.Benchmarks.Prometheus;

switch (args)
{
    case ["memory"]:
        MemoryReport.Print();
        break;
    case ["prometheus", .. var parts]:
        await PrometheusReport.PrintAsync(parts);
        break;
    case ["sqlite", .. var parts]:
        await SqliteReport.PrintAsync(parts);
        break;
    case ["postgres", .. var parts]:
        await PostgreSqlReport.PrintAsync(parts);
        break;
    case [RecoveryReport.Verb, var kind, var place]:
        await RecoveryReport.RunAsync(kind, place);
        break;
    case [SyncReport.Verb, var directory]:
        await SyncReport.RunAsync(directory);
        break;
    case [FakePrometheus.Verb]:
        await FakePrometheus.RunAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Fleet).Assembly).Run(args);
        break;
}
