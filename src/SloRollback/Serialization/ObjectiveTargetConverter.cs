using SloRollback.Objectives;

namespace SloRollback.Serialization;

/// <summary>Targets in per cent: <c>99.9%</c>.</summary>
internal sealed class ObjectiveTargetConverter : TextConverter<ObjectiveTarget>
{
    protected override bool TryParse(string text, out ObjectiveTarget value) => ObjectiveTarget.TryParse(text, out value, out _);

    protected override string Format(ObjectiveTarget value) => value.ToString();
}
