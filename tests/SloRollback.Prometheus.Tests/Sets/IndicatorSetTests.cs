using System.Collections.Immutable;
using FsCheck;
using FsCheck.Xunit;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Selectors;
using SloRollback.Prometheus.Sets;

namespace SloRollback.Prometheus.Tests.Sets;

/// <summary>The ready-made indicators: what they read, and that no value changes more than its own matcher.</summary>
public sealed class IndicatorSetTests
{
    private static readonly string[] Tails = ["", "\"", "\"}"];

    public static TheoryData<string> Names => [.. IndicatorSets.All.Select(s => s.Name)];

    [Fact]
    public void AspNetCore()
    {
        Assert.Equal(
            new EventRatioIndicator
            {
                Valid = "http_server_request_duration_seconds_count{job=\"checkout\",http_route=\"/orders/{id}\"}",
                Bad = "http_server_request_duration_seconds_count{job=\"checkout\",http_route=\"/orders/{id}\",http_response_status_code=~\"5..\"}",
            },
            AspNetCoreIndicators.Availability("checkout", "/orders/{id}"));
        Assert.Equal(
            new LatencyIndicator
            {
                Histogram = "http_server_request_duration_seconds{job=\"checkout\",http_request_method=\"POST\",http_route!=\"/health\"}",
                Threshold = Duration.FromMilliseconds(250),
            },
            AspNetCoreIndicators.Latency(Duration.FromMilliseconds(250), "checkout", method: "POST", where: "http_route!='/health'"));
    }

    [Fact]
    public void Grpc()
    {
        var availability = GrpcIndicators.Availability(null, "shop.Checkout", badCodes: "Internal|Unknown");
        Assert.Equal("grpc_server_handled_total{grpc_service=\"shop.Checkout\",grpc_code=~\"Internal|Unknown\"}", availability.Bad);
        Assert.Equal("grpc_server_handling_seconds{job=\"a\",grpc_method=\"Pay\"}", GrpcIndicators.Latency(Duration.FromSeconds(1), "a", method: "Pay").Histogram);
    }

    [Fact]
    public void Istio()
    {
        Assert.Equal(
            "istio_requests_total{destination_workload=\"checkout\",destination_workload_namespace=\"shop\",reporter=\"destination\",response_code=~\"5..\"}",
            IstioIndicators.Availability("checkout", "shop").Bad);
        Assert.Equal(
            "istio_requests_total{destination_service_name=\"checkout\",reporter=\"destination\",request_protocol=\"grpc\",grpc_response_status=~\"2|4|12|13|14|15\"}",
            IstioIndicators.GrpcAvailability(null, service: "checkout").Bad);
        Assert.Equal(
            "istio_request_duration_milliseconds{destination_workload=\"checkout\",reporter=\"destination\"}",
            IstioIndicators.Latency(Duration.FromMilliseconds(500), "checkout").Histogram);
    }

    [Fact]
    public void Nothing_that_narrows_down_is_an_error()
    {
        Assert.Contains("every service", Assert.Throws<ArgumentException>(() => AspNetCoreIndicators.Availability(null)).Message, StringComparison.Ordinal);
        Assert.Contains("Workload, Namespace, Service or Where", Assert.Throws<ArgumentException>(() => IstioIndicators.Availability("")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespace=shop", "Where", "at position 11: expected a quoted value")]
    [InlineData("a=\"b\"} or up{c=\"d\"", "Where", "at position 8: only a vector selector")]
    [InlineData("a=\"b", "Where", "at position 3")]
    [InlineData(" , ", "Where", "at position")]
    [InlineData("le=\"1\"", "Where", "a matcher of le does not belong here")]
    [InlineData("__name__=~\"a\"", "Where", "a matcher of __name__ does not belong here")]
    public void Faults_of_further_matchers(string where, string key, string message)
    {
        var faults = new List<ConfigurationFault>();
        Assert.Null(IndicatorSets.Grpc.Create(Request(("Where", where)), faults));
        var fault = Assert.Single(faults);
        Assert.Equal(key, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_do_not_apply_to_a_latency()
    {
        var faults = new List<ConfigurationFault>();
        Assert.Null(IndicatorSets.AspNetCore.Create(Request(("Job", "a"), ("BadCodes", "5..")) with { Threshold = Duration.FromSeconds(1) }, faults));
        Assert.Equal("BadCodes", Assert.Single(faults).Path);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_set_has_a_name_of_its_own_and_makes_what_this_source_reads(string name)
    {
        var set = Assert.Single(IndicatorSets.All, s => s.Name == name);
        Assert.Equal(set.Keys, set.Keys.Distinct(StringComparer.OrdinalIgnoreCase));
        var request = Request([.. set.Labels.Select(l => (l.Key, "x"))]);
        foreach (var made in (Indicator?[])[set.Create(request, []), set.Create(request with { Threshold = Duration.FromSeconds(1) }, [])])
            Assert.Empty(SelectorCheck.HttpFaults(made!));
    }

    [Property(MaxTest = 1000)]
    public void Whatever_a_value_is_the_selector_has_that_matcher_and_no_other(NonNull<string> value, int index, int seed)
    {
        // A lone surrogate is no text: it becomes U+FFFD.
        var text = new string([.. value.Get.EnumerateRunes().SelectMany(r => r.ToString())]) + Tails[(int)((uint)seed % Tails.Length)];
        var set = IndicatorSets.All[(int)((uint)index % IndicatorSets.All.Length)];
        if (text.Length == 0)
            return;

        foreach (var (key, label) in set.Labels)
        {
            var made = Assert.IsType<EventRatioIndicator>(set.Create(Request((key, text)), []));
            Assert.True(VectorSelectorParser.TryParse(made.Valid!, out var selector, out var error), error?.ToString());
            Assert.Equal(
                [("__name__", set.Events), (label, text), .. set.Fixed],
                selector.Matchers.Select(m => (m.Label, m.Value)));
            Assert.All(selector.Matchers, m => Assert.Equal(MatchOperator.Equal, m.Operator));
        }
    }

    private static IndicatorSetRequest Request(params (string Key, string Value)[] values) =>
        new() { Values = values.ToImmutableDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal) };
}
