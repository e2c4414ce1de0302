using NodaTime;
using NodaTime.Text;
using SloRollback.Rollbacks;

namespace SloRollback.Serialization;

/// <summary>Rollback windows as their length.</summary>
internal sealed class RollbackWindowConverter : TextConverter<RollbackWindow>
{
    protected override bool TryParse(string text, out RollbackWindow value)
    {
        value = default;
        if (!DurationPattern.Roundtrip.Parse(text).TryGetValue(default, out var length) || length <= Duration.Zero || length > RollbackWindow.Maximum)
            return false;

        value = new RollbackWindow(length);
        return true;
    }

    protected override string Format(RollbackWindow value) => DurationPattern.Roundtrip.Format(value.Length);
}
