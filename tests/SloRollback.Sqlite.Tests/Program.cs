using SloRollback.Sqlite.Tests.Crashes;

// The program that xunit would generate, but for the process that is to be killed.
if (Environment.GetEnvironmentVariable(ChildEngine.Variable) is { Length: > 0 } task)
{
    await ChildEngine.RunAsync(task);
    return 0;
}

return args.Any(a => a is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SloRollback.Sqlite.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
