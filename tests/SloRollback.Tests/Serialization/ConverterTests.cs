using System.Text.Json.Serialization.Metadata;
using SloRollback.Serialization;

namespace SloRollback.Tests.Serialization;

public sealed class ConverterTests
{
    private static readonly SloRollbackJsonContext Context = SloRollbackJsonContext.Default;

    private static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    private static void AssertRefused<T>(string json, string because, JsonTypeInfo<T> type) =>
        Assert.StartsWith(because, Assert.Throws<JsonException>(() => Read(json, type)).Message, StringComparison.Ordinal);

    [Fact]
    public void Ids_are_written_as_their_text_and_nobody_s_as_none()
    {
        Assert.Equal("\"d-1\"", JsonSerializer.Serialize(new DeploymentId("d-1"), Context.DeploymentId));
        Assert.Equal("\"rb-1\"", JsonSerializer.Serialize(new RollbackId("rb-1"), Context.RollbackId));
        Assert.Equal("\"\"", JsonSerializer.Serialize(default, Context.DeploymentId));
        Assert.Equal("\"\"", JsonSerializer.Serialize(default, Context.RollbackId));
        Assert.Equal((new DeploymentId("d-1"), new RollbackId("rb-1")), (Read("\"d-1\"", Context.DeploymentId), Read("\"rb-1\"", Context.RollbackId)));
    }

    [Fact]
    public void A_rollback_window_is_longer_than_nothing_and_at_most_30_days()
    {
        Assert.Equal(new RollbackWindow(Duration.Epsilon), Read("\"0:00:00:00.000000001\"", Context.RollbackWindow));
        Assert.Equal(new RollbackWindow(Duration.FromDays(30)), Read("\"30:00:00:00\"", Context.RollbackWindow));
        foreach (var text in new[] { "0:00:00:00", "-0:01:00:00", "30:00:00:00.000000001", "banana", "" })
            AssertRefused($"\"{text}\"", $"\"{text}\" is not a RollbackWindow.", Context.RollbackWindow);
    }

    [Fact]
    public void What_is_no_text_or_not_of_the_form_is_refused_with_what_it_is()
    {
        AssertRefused("\"banana\"", "\"banana\" is not a Instant.", Context.Instant);
        AssertRefused("\"100%\"", "\"100%\" is not a ObjectiveTarget.", Context.ObjectiveTarget);
        AssertRefused("1", "Number is not a Duration.", Context.Duration);
        AssertRefused("{}", "StartObject is not a DeploymentId.", Context.DeploymentId);
        AssertRefused("null", "Null is not a Instant.", Context.Instant);
    }
}
