using System.Collections.Immutable;
using SloRollback.Services;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class DependencyReadingTests
{
    private const string DependsOn = "Services:checkout:DependsOn";

    [Fact]
    public void Services_are_keys_or_one_text()
    {
        ServiceId[] both = [new("payments", "production"), new("stock", "staging")];

        Assert.Equal(both, Read(($"{DependsOn}:payments", ""), ($"{DependsOn}:Stock/STAGING", "")));
        Assert.Equal(both, Read((DependsOn, "payments, stock/staging")));
        Assert.Equal(both, Read((DependsOn, " payments/production,payments , stock/staging")));
        Assert.Empty(Read());
    }

    [Fact]
    public void Two_services_may_call_each_other() =>
        Assert.Equal([new("payments", "production")], Read((DependsOn, "payments"), ("Services:payments:DependsOn", "checkout")));

    [Theory]
    [InlineData("", "paymens", "", "\"paymens\" is not a monitored service; did you mean \"payments\"? known: payments, stock/staging")]
    [InlineData("", "stock", "", "\"stock\" is not a monitored service; known: payments, stock/staging")]
    [InlineData("", "checkout", "", "\"checkout\" is the service itself")]
    [InlineData("", "payments,", "", "\"\" is not a service; examples: payments, payments/production")]
    [InlineData("", "a/b/c", "", "\"a/b/c\" is not a service; examples: payments, payments/production")]
    [InlineData(":orders", "", ":orders", "\"orders\" is not a monitored service; known: payments, stock/staging")]
    [InlineData(":0", "payments", ":0", "\"payments\" is a single value; services are keys, which files can add to: { \"payments\": {} }")]
    [InlineData(":payments", "true", ":payments", "\"true\" is a single value; services are keys, which files can add to: { \"payments\": {} }")]
    [InlineData(":payments:Weight", "1", ":payments:Weight", "is not known here; a service takes no keys in DependsOn")]
    public void Faults(string key, string value, string path, string message) =>
        Reading.AssertOnly(DependsOn + path, message, [.. Others, (DependsOn + key, value)]);

    [Fact]
    public void There_may_be_no_other() =>
        Reading.AssertOnly(DependsOn, "\"payments\" is not a monitored service; there is no other", (DependsOn, "payments"));

    [Fact]
    public void A_text_and_keys_that_an_overlay_added() =>
        Reading.AssertOnly(
            DependsOn, "is written both as \"payments\" and with keys: stock/staging", [.. Others, (DependsOn, "payments"), ($"{DependsOn}:stock/staging", "")]);

    private static readonly (string, string?)[] Others = [.. Service("payments", "production"), .. Service("stock", "staging")];

    private static (string, string?)[] Service(string name, string environment) =>
    [
        ($"Services:{name}:Environment", environment),
        ($"Services:{name}:Objectives:a:Target", "99%"),
        ($"Services:{name}:Objectives:a:Indicator:Valid", "v"),
        ($"Services:{name}:Objectives:a:Indicator:Bad", "b"),
    ];

    private static ImmutableArray<ServiceId> Read(params (string, string?)[] changes)
    {
        var options = Reading.With([.. Others, .. changes]);
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        return options.Services[0].DependsOn;
    }
}
