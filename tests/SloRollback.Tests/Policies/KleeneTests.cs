namespace SloRollback.Tests.Policies;

public sealed class KleeneTests
{
    private const Verdict T = Verdict.Breached;
    private const Verdict F = Verdict.NotBreached;
    private const Verdict U = Verdict.Unknown;

    [Theory]
    [InlineData(T, T, T)]
    [InlineData(T, U, U)]
    [InlineData(T, F, F)]
    [InlineData(U, T, U)]
    [InlineData(U, U, U)]
    [InlineData(U, F, F)]
    [InlineData(F, T, F)]
    [InlineData(F, U, F)]
    [InlineData(F, F, F)]
    public void All_is_breached_when_every_part_is(Verdict a, Verdict b, Verdict both) =>
        Assert.Equal(both, Judgement.And(Of(a), Of(b)).Verdict);

    [Theory]
    [InlineData(T, T, T)]
    [InlineData(T, U, T)]
    [InlineData(T, F, T)]
    [InlineData(U, T, T)]
    [InlineData(U, U, U)]
    [InlineData(U, F, U)]
    [InlineData(F, T, T)]
    [InlineData(F, U, U)]
    [InlineData(F, F, F)]
    public void Any_is_breached_when_one_part_is(Verdict a, Verdict b, Verdict either) =>
        Assert.Equal(either, Judgement.Or(Of(a), Of(b)).Verdict);

    [Fact]
    public void Of_two_unknowns_the_blindness_is_told()
    {
        var (few, blind) = (Judgement.Unknown(UnknownReason.TooFewEvents), Judgement.Unknown(UnknownReason.LookbackUnmeasured));
        Assert.Equal(blind, Judgement.And(few, blind));
        Assert.Equal(blind, Judgement.Or(blind, few));
        Assert.Equal(few, Judgement.Or(few, Judgement.NotBreached));
        Assert.Equal(UnknownReason.None, Judgement.And(few, Judgement.NotBreached).Reason);
    }

    private static Judgement Of(Verdict verdict) => verdict == U ? Judgement.Unknown(UnknownReason.StillFilling) : new Judgement(verdict);
}
