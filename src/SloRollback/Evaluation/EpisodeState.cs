using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>An open episode and the decision in force about it.</summary>
internal sealed class EpisodeState(Episode episode)
{
    public Episode Episode { get; set; } = episode;

    public RollbackDecision? Decision { get; set; }
}
