using System.Runtime.CompilerServices;

namespace SloRollback.Tests.Support;

/// <summary>
/// Stryker tests all mutants in one process (tests/mutate.sh). What a static field holds would be computed under whichever mutant is
/// active at that moment and stay broken under all that follow: they would count as noticed, though nobody noticed them. So every
/// static field is filled before the first mutant, with none active.
/// </summary>
internal static class StaticsFirst
{
    private const int NoMutant = -1;

    [ModuleInitializer]
    internal static void Fill()
    {
        if (Environment.GetEnvironmentVariable("STRYKER_MUTANT_FILE") is not { Length: > 0 } name || !File.Exists(name)) return;

        using var file = new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var active = new byte[sizeof(int)];
        file.ReadExactly(active);
        Write(file, BitConverter.GetBytes(NoMutant));
        foreach (var type in new[] { typeof(RollbackDecider), typeof(StaticsFirst) }.SelectMany(t => t.Assembly.GetTypes()).Where(t => !t.ContainsGenericParameters))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        Write(file, active);
    }

    private static void Write(FileStream file, byte[] mutant)
    {
        file.Position = 0;
        file.Write(mutant);
        file.Flush();
    }
}
