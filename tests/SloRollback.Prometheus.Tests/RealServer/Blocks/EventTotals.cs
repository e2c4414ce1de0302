namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>Bad and valid events.</summary>
internal readonly record struct EventTotals(double Bad, double Valid)
{
    public double Ratio => Bad / Valid;

    public static EventTotals operator +(EventTotals a, EventTotals b) => new(a.Bad + b.Bad, a.Valid + b.Valid);

    public static EventTotals operator -(EventTotals a, EventTotals b) => new(a.Bad - b.Bad, a.Valid - b.Valid);
}
