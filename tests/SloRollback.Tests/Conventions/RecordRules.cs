using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SloRollback.Tests.Conventions;

/// <summary>What a public record was not given, or was given as nothing, reads as empty: no host trips over a member that nobody set.</summary>
public sealed class RecordRules
{
    // Its zone has a default, and its lists of days refuse what is no day: its own tests say so.
    private static readonly Type[] OfTheirOwn = [typeof(RecurringDowntime)];

    private static readonly Type[] Records =
        [.. typeof(RollbackDecider).Assembly.GetExportedTypes().Where(t => t.IsClass && !t.IsAbstract && t.GetMethod("<Clone>$") is not null && !OfTheirOwn.Contains(t))];

    [Fact]
    public void Texts_are_empty_or_what_they_were_given() => Assert.All(Members(IsOptionalText), text =>
    {
        Assert.All(Empty(text), record => Assert.Equal("", text.GetValue(record)));
        Assert.All(Empty(text), record =>
        {
            text.SetValue(record, "given");
            Assert.Equal("given", text.GetValue(record));
        });
    });

    [Fact]
    public void Lists_are_empty_or_what_they_were_given() => Assert.All(Members(IsList), list =>
    {
        Assert.All(Empty(list), record => Assert.Empty((IEnumerable)list.GetValue(record)!));
        Assert.All(Empty(list), record =>
        {
            list.SetValue(record, ListOfOne(list.PropertyType.GenericTypeArguments[0]));
            Assert.Single((IEnumerable)list.GetValue(record)!);
        });
    });

    private static PropertyInfo[] Members(Func<PropertyInfo, bool> isOne) => [.. Records.SelectMany(t => t.GetProperties()).Where(p => p.CanWrite && isOne(p))];

    private static bool IsList(PropertyInfo property) => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool IsOptionalText(PropertyInfo property) =>
        property.PropertyType == typeof(string)
        && HasDefaults(property.ReflectedType!)
        && property.GetCustomAttribute<RequiredMemberAttribute>() is null
        && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.NotNull;

    private static bool HasDefaults(Type type) => type.GetConstructor(Type.EmptyTypes) is not null;

    private static object ListOfOne(Type item) =>
        typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!.MakeGenericMethod(item).Invoke(null, [Array.CreateInstance(item, 1)])!;

    /// <summary>Records of the member's type that never set it, set it to nothing, or were read by something that skips initializers.</summary>
    private static IEnumerable<object> Empty(PropertyInfo member)
    {
        var type = member.ReflectedType!;
        if (!HasDefaults(type))
        {
            yield return RuntimeHelpers.GetUninitializedObject(type);
            yield break;
        }

        yield return Activator.CreateInstance(type)!;
        var emptied = Activator.CreateInstance(type)!;
        member.SetValue(emptied, null);
        yield return emptied;
    }
}
