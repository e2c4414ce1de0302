using SloRollback.PostgreSql.Tests.Support;

// The program that xunit would generate, but for the process that is to be killed.
if (Environment.GetEnvironmentVariable(CrashingHost.ConnectionVariable) is { Length: > 0 } connection)
{
    await CrashingHost.RunAsync(connection);
    return 0;
}

return args.Any(a => a is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SloRollback.PostgreSql.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
