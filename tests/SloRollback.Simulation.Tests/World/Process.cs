namespace SloRollback.Simulation.Tests.World;

/// <summary>Something that runs and can die at any moment. What it had begun is not told of its end.</summary>
internal abstract class Process(string name)
{
    /// <summary>Counts its lives: what belongs to an earlier one never comes back.</summary>
    public int Epoch { get; private set; }

    public bool IsAlive { get; private set; }

    public void Start()
    {
        Epoch++;
        IsAlive = true;
        OnStart();
    }

    public void Crash(string when)
    {
        if (!IsAlive)
            return;

        IsAlive = false;
        OnCrash(when);
    }

    public override string ToString() => $"{name}#{Epoch}";

    protected abstract void OnStart();

    protected abstract void OnCrash(string when);
}
