namespace SloRollback.Hosting.Tests.Configuration;

public sealed class ProviderReferenceTests
{
    private static readonly ProviderRegistration Prometheus = new(ProviderKind.MetricSource, "prometheus");
    private static readonly ProviderRegistration Kubernetes = new(ProviderKind.Deployments, "kubernetes");

    [Fact]
    public void No_metric_source_is_one_fault_of_the_whole() =>
        Assert.Equal(
            ["SloRollback  no metric source is registered; add one, for example with AddPrometheus"],
            Reading.Lines(Reading.Keys(Reading.Smallest(), Kubernetes)));

    [Fact]
    public void No_provider_of_deployments() =>
        Assert.Equal(
            ["SloRollback:Services:checkout:Deploys:Provider  no provider of deployments is registered"],
            Reading.Lines(Reading.Keys(Reading.Smallest(), Prometheus)));

    [Fact]
    public void A_name_when_there_is_none_to_choose_from() =>
        Assert.Equal(
            ["SloRollback:Services:checkout:Deploys:Provider  \"kubernetes\" is not registered; no provider of deployments is"],
            Reading.Lines(Reading.Keys(Reading.Change(("Services:checkout:Deploys:Provider", "kubernetes")), Prometheus)));

    [Fact]
    public void Among_several_one_must_be_named() =>
        Assert.Equal(
            [
                "SloRollback:Services:checkout:Deploys:Provider  is missing, and more than one provider of deployments is registered;"
                    + " known: kubernetes, nomad",
                $"SloRollback:{Reading.Objective}:Indicator:Source  is missing, and more than one metric source is registered;"
                    + " known: eu, prometheus",
            ],
            Reading.Lines(Reading.Keys(
                Reading.Smallest(), Prometheus, new(ProviderKind.MetricSource, "eu"), Kubernetes, new(ProviderKind.Deployments, "nomad"))));

    [Fact]
    public void A_name_is_found_whatever_its_case_and_read_as_registered()
    {
        var options = Reading.With(("Services:checkout:Deploys:Provider", "Kubernetes"), ($"{Reading.Objective}:Indicator:Source", "PROMETHEUS"));

        Assert.Empty(Reading.Lines(options));
        Assert.Equal("kubernetes", options.Services[0].Target!.Provider);
        Assert.Equal("prometheus", options.Services[0].Objectives[0].Indicator.Source);
    }

    [Fact]
    public void A_provider_answers_for_its_own_section()
    {
        var keys = Reading.Change(("Scraper:Interval", "1s"), ("Prometheus:BaseAddress", "http://localhost"));

        Assert.Empty(Reading.Lines(Reading.Keys(keys, new(ProviderKind.MetricSource, "local") { Section = "scraper" }, Kubernetes,
            new(ProviderKind.Notifier, "Prometheus"))));
    }

    [Fact]
    public void What_is_wrong_with_the_services_target_is_said_once() =>
        Assert.Equal(
            ["SloRollback:Services:checkout:Deploys:Provider  \"kubernets\" is not registered; known: kubernetes"],
            Reading.Lines(Reading.With(
                ("Services:checkout:Deploys:Provider", "kubernets"), ($"{Reading.Rule}:Rollback:Target:Workload", "deployment/other"))));

    [Fact]
    public void A_rules_own_whole_target_is_judged_by_itself() =>
        Assert.Equal(
            [
                "SloRollback:Services:checkout:Deploys:Provider  \"kubernets\" is not registered; known: kubernetes",
                $"SloRollback:{Reading.Rule}:Rollback:Target:Provider  \"nomad\" is not registered; known: kubernetes",
            ],
            Reading.Lines(Reading.With(
                ("Services:checkout:Deploys:Provider", "kubernets"),
                ($"{Reading.Rule}:Rollback:Target:Provider", "nomad"),
                ($"{Reading.Rule}:Rollback:Target:Workload", "job/other"))));
}
