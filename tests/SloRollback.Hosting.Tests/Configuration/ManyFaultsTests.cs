namespace SloRollback.Hosting.Tests.Configuration;

public sealed class ManyFaultsTests
{
    [Fact]
    public void One_message_names_them_all()
    {
        var options = Reading.Json("""
            { "SloRollback": {
                "Step": "2h", "RateLimit": "many", "Verifcation": "5m",
                "Services": {
                  "cart": {
                    "Envronment": "production",
                    "Objectives": {
                      "availability": { "Target": "100", "Period": "quartal", "Indicator": { "Valid": "v" },
                        "Rules": { "r": { "When": "pager", "Rollback": { "Window": "13h", "Mode": "Auto" }, "MinimumBad": -1 } } } } },
                  "checkout": {
                    "Environment": "production",
                    "Deploys": { "Provider": "nomad", "Workload": "deployment/checkout" },
                    "Objectives": {
                      "latency": { "Target": 99.5, "Indicator": { "Valid": "v", "Good": "g", "Source": "influx" },
                        "Rules": {
                          "fast": { "When": { "MultiWindowBurnRate": { "Long": "5m", "Short": "1h", "Above": 300 } }, "Rollback": {} },
                          "idle": { "When": "page" },
                          "tell": { "When": "ticket", "Notify": { "pager": {} } } } } } },
                  "checkout-2": { "Name": "checkout", "Environment": "production", "Objectives": {
                      "a": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
            """);

        Assert.Equal(
            """
            SloRollback cannot start: 20 faults in the configuration
              SloRollback:Verifcation  is not known here; did you mean "Verification"?
              SloRollback:Step  "2h" is outside its range, 1s to 1h
              SloRollback:RateLimit  "many" is not a whole number; examples: 5, 100
              SloRollback:Services:cart:Envronment  is not known here; did you mean "Environment"?
              SloRollback:Services:cart:Environment  is missing; example: "production"
              SloRollback:Services:cart:Objectives:availability:Target  "100" leaves no error budget; use a value below 100%
              SloRollback:Services:cart:Objectives:availability:Period  "quartal" is not a period; did you mean "quarter"? examples: 30d, week, month, quarter
              SloRollback:Services:cart:Objectives:availability:Indicator  needs exactly two of Good, Bad and Valid, and has Valid; example: { "Valid": "http_requests_total", "Bad": "http_requests_total{code=~'5..'}" }
              SloRollback:Services:cart:Objectives:availability:Rules:r:Rollback:Window  13h is longer than 12h; when that is meant, say "AllowLongWindow": true beside it
              SloRollback:Services:cart:Objectives:availability:Rules:r:Rollback:Mode  "Auto" is not known; one of: Observe, Approve, Automatic
              SloRollback:Services:cart:Objectives:availability:Rules:r:Rollback:Target  there is no workload to roll back; give the service "Deploys" or the rule a "Target"
              SloRollback:Services:cart:Objectives:availability:Rules:r:When  "pager" is not a built-in condition; did you mean "page"? known: page, ticket
              SloRollback:Services:cart:Objectives:availability:Rules:r:MinimumBad  "-1" is below 0
              SloRollback:Services:checkout:Objectives:latency:Rules:fast:When:MultiWindowBurnRate:Above  300 can never be exceeded: at 99.5% a total outage comes to 200
              SloRollback:Services:checkout:Objectives:latency:Rules:fast:When:MultiWindowBurnRate:Short  1h is not shorter than Long, 5m
              SloRollback:Services:checkout:Objectives:latency:Rules:idle  does nothing; give it "Rollback" or "Notify"
              SloRollback:Services:checkout-2  checkout/production is already defined in SloRollback:Services:checkout
              SloRollback:Services:checkout:Deploys:Provider  "nomad" is not registered; known: kubernetes
              SloRollback:Services:checkout:Objectives:latency:Indicator:Source  "influx" is not registered; known: prometheus
              SloRollback:Services:checkout:Objectives:latency:Rules:tell:Notify:pager  "pager" is not registered; known: log, slack
            """,
            new SloRollbackConfigurationException(options.Faults).Message);
    }

    [Fact]
    public void What_could_be_read_is_there_for_the_providers_checks()
    {
        var options = Reading.With(("Services:checkout:Objectives:broken:Target", "100%"), ("Services:nameless:Objectives", ""));

        Assert.NotEmpty(options.Faults);
        var service = Assert.Single(options.Services);
        Assert.Equal("availability", Assert.Single(service.Objectives).Id);
    }

    [Fact]
    public void A_step_that_cannot_be_read_is_one_fault() =>
        Assert.Equal(
            ["SloRollback:Step  \"1 minute\" is not a duration; examples: 500ms, 30s, 1h30m, 7d"],
            Reading.Lines(Reading.With(("Step", "1 minute"), ($"{Reading.Rule}:Rollback:Window", "10s"))));
}
