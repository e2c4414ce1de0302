using System.Text.Json;
using System.Text.Json.Nodes;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Random pod templates: known places and unknown ones, and what servers do to them without changing anything.</summary>
internal sealed class RandomTemplate
{
    /// <summary>Part of every value that must not be shown.</summary>
    public const string Secret = "s3cret";

    private readonly Random random;

    public RandomTemplate(int seed)
    {
        random = new Random(seed);
        var containers = new JsonArray();
        for (var i = 0; i <= random.Next(3); i++)
            containers.Add(Container($"c{i}"));
        Node = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = Value(), ["tier"] = Value() }, ["annotations"] = Anything(2) },
            ["spec"] = new JsonObject { ["containers"] = containers, ["volumes"] = new JsonArray(Anything(2), Anything(2)), ["future"] = Anything(3), ["count"] = random.Next(10) },
        };
    }

    public JsonObject Node { get; }

    public JsonElement Json => JsonSerializer.SerializeToElement(Node);

    /// <summary>The same content, written differently: other order, nulls and empty maps.</summary>
    public JsonElement Rewritten() => JsonSerializer.SerializeToElement(Rewrite(Node));

    /// <summary>The same template with one value changed.</summary>
    public JsonElement Changed()
    {
        var copy = Node.DeepClone();
        var leaves = new List<JsonValue>();
        Collect(copy);
        var leaf = leaves[random.Next(leaves.Count)];
        leaf.ReplaceWith(leaf.GetValueKind() == JsonValueKind.Number ? JsonValue.Create(leaf.GetValue<int>() + 1) : JsonValue.Create($"{leaf}-{Secret}"));
        return JsonSerializer.SerializeToElement(copy);

        // Names identify containers and variables: changed they are other ones.
        void Collect(JsonNode? node)
        {
            if (node is JsonObject map)
            {
                foreach (var (name, value) in map)
                {
                    if (name != "name")
                        Collect(value);
                }
            }
            else if (node is JsonArray list)
            {
                foreach (var item in list)
                    Collect(item);
            }
            else if (node is JsonValue value)
            {
                leaves.Add(value);
            }
        }
    }

    private JsonObject Container(string name)
    {
        var variables = new JsonArray();
        for (var i = 0; i < random.Next(4); i++)
            variables.Add(new JsonObject { ["name"] = $"V{i}", ["value"] = Value() });
        return new JsonObject
        {
            ["name"] = name,
            ["image"] = $"app:v{random.Next(100)}",
            ["args"] = new JsonArray(Value(), Value()),
            ["env"] = variables,
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = $"{random.Next(1, 9)}00m" } },
            ["lifecycle"] = Anything(2),
        };
    }

    private JsonNode Anything(int depth)
    {
        if (depth == 0)
            return Value();

        var map = new JsonObject();
        for (var i = 0; i <= random.Next(3); i++)
            map[$"k{i}"] = Anything(random.Next(depth));
        return map;
    }

    private string Value() => $"{Secret}-{random.Next(1000)}";

    private JsonNode? Rewrite(JsonNode? node)
    {
        if (node is JsonArray list)
            return new JsonArray([.. list.Select(Rewrite)]);
        if (node is not JsonObject map)
            return node?.DeepClone();

        var copy = new JsonObject();
        foreach (var (name, value) in map.OrderBy(_ => random.Next()))
        {
            if (random.Next(4) == 0)
                copy[$"null{random.Next(100)}"] = null;
            if (random.Next(4) == 0)
                copy[$"empty{random.Next(100)}"] = random.Next(2) == 0 ? new JsonObject() : new JsonArray();
            copy[name] = Rewrite(value);
        }

        return copy;
    }
}
