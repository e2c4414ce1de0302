namespace SloRollback.Tests.Evaluation;

/// <summary>A release that keeps requests from arriving makes no bad events: it is seen by what stays away.</summary>
public sealed class TrafficRuleTests
{
    private static readonly PolicyRule Lost = Given.PageRule() with { When = new TrafficLostCondition() };

    private static Fleet Play(Func<string, int, double> valid, params MonitoredService[] services)
    {
        var fleet = new Fleet((key, i) => Flow.Cell(0, valid(key.Service.Name, i)), services);
        fleet.Deployments.Add(Fleet.Deployment("checkout", "v2", 0));
        return fleet.Through(-200, 30);
    }

    [Fact]
    public void It_is_rolled_back()
    {
        var fleet = Play((_, i) => i < 2 ? 100 : 0, Fleet.Service("checkout", Lost));
        var decision = Assert.Single(fleet.Decisions);
        Assert.Equal((DecisionKind.RollBack, "v2", "v1"), (decision.Decision.Kind, decision.Decision.Suspect!.Revision.Name, decision.Decision.ReturnTo!.Name));
        Assert.Equal((Given.At(4), Given.At(2)), (decision.Input.Episode.Onset, decision.Input.Episode.ErrorsBegan));
    }

    [Fact]
    public void What_others_lost_too_is_nobodys()
    {
        var fleet = Play((_, i) => i < 2 ? 100 : 0, Fleet.Service("checkout", Lost), Fleet.Service("search"));
        Assert.Empty(fleet.Episodes);
        Assert.Single(Play((name, i) => name == "checkout" && i >= 2 ? 0 : 100, Fleet.Service("checkout", Lost), Fleet.Service("search")).Episodes);
    }

    [Fact]
    public void Services_that_it_calls_lose_their_traffic_with_it()
    {
        MonitoredService Calling(string name, params string[] called) =>
            Fleet.Service(name) with { DependsOn = [.. called.Select(c => new ServiceId(c, "production"))] };
        var checkout = Fleet.Service("checkout", Lost) with { DependsOn = [new ServiceId("pay", "production")] };
        static double Traffic(string name, int i) => i < 2 || name == "search" ? 100 : 0;

        // Checkout calls pay, pay calls bank, and bank calls pay back.
        Assert.Single(Play(Traffic, checkout, Calling("pay", "bank"), Calling("bank", "pay"), Calling("search")).Episodes);

        // One that calls checkout itself lost traffic: then nothing arrives at checkout either.
        Assert.Empty(Play(Traffic, checkout, Calling("pay", "bank"), Calling("bank"), Calling("web", "checkout")).Episodes);
    }

    [Fact]
    public void The_order_of_the_services_does_not_matter_and_both_may_watch_each_other()
    {
        MonitoredService[] services = [Fleet.Service("search", Lost), Fleet.Service("checkout", Lost), Fleet.Service("pay")];
        foreach (var order in new[] { services, [.. services.Reverse()] })
        {
            Assert.Empty(Play((name, i) => i < 2 || name == "pay" ? 100 : 0, order).Episodes);
            Assert.Single(Play((name, i) => i < 2 || name != "checkout" ? 100 : 0, order).Episodes);
        }
    }
}
