using BenchmarkDotNet.Running;
using SloRollback.Benchmarks;

if (args is ["memory"])
    MemoryReport.Print();
else
    BenchmarkSwitcher.FromAssembly(typeof(Fleet).Assembly).Run(args);
