using System.Text.Json;
using System.Text.Json.Nodes;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Serialization;

/// <summary>
/// Puts the defaults of settings, rule, slices and members into a document whose writer did not know them yet. The generated reader
/// would set what is missing to zero: it gives a value to every <c>init</c> member. Lists and texts take care of themselves, since
/// their getters read nothing as empty.
/// </summary>
internal static class EvidenceDefaults
{
    private static readonly JsonObject Settings =
        JsonSerializer.SerializeToNode(new EngineSettings(), SloRollbackJsonContext.Default.EngineSettings)!.AsObject();

    private static readonly JsonObject Rule = JsonSerializer.SerializeToNode(
        new PolicyRule { Id = "", When = new AnyCondition { Conditions = [] } }, SloRollbackJsonContext.Default.PolicyRule)!.AsObject();

    private static readonly JsonObject Slices =
        JsonSerializer.SerializeToNode(new TimeSlices(), SloRollbackJsonContext.Default.TimeSlices)!.AsObject();

    private static readonly JsonObject Member = JsonSerializer.SerializeToNode(
        new CompositeMember { Service = new ServiceId("", ""), Objective = "" },
        SloRollbackJsonContext.Default.CompositeMember)!.AsObject();

    public static void Fill(JsonObject document)
    {
        Fill((document["manual"] as JsonObject)?["settings"] as JsonObject, Settings);
        if (document["input"] is not JsonObject input)
            return;

        Fill(input["settings"] as JsonObject, Settings);
        Fill(input["rule"] as JsonObject, Rule, "id", "when");
        Fill(input["slices"] as JsonObject, Slices);
        if (input["indicator"] is JsonObject indicator && indicator["members"] is JsonArray members)
        {
            foreach (var member in members)
                Fill(member as JsonObject, Member, "service", "objective");
        }
    }

    private static void Fill(JsonObject? into, JsonObject defaults, params string[] required)
    {
        if (into is null)
            return;

        foreach (var (name, value) in defaults)
        {
            if (!into.ContainsKey(name) && !required.Contains(name))
                into[name] = value?.DeepClone();
        }
    }
}
