namespace SloRollback.Tests.Indicators;

public sealed class SliTableTests
{
    [Fact]
    public void Each_row_has_a_cell_of_its_own_for_each_step_unmeasured_until_it_is_filled()
    {
        var table = new SliTable([new SliRowKey(0), new SliRowKey(1, "a"), new SliRowKey(1, "b")], 4);
        for (var row = 0; row < 3; row++)
        {
            Assert.Equal(Enumerable.Repeat(default(SliCell), 4), table.Row(row).ToArray());
            table.Row(row).Fill(Readers.Cell(row + 1));
        }

        for (var row = 0; row < 3; row++)
            Assert.Equal(Enumerable.Repeat(Readers.Cell(row + 1), 4), table.Row(row).ToArray());
        Assert.Equal(StepState.Unmeasured, default(SliCell).State);
    }

    [Fact]
    public void A_table_may_be_empty_but_not_less()
    {
        Assert.Equal((0, 0), (SliTable.Empty.Rows.Length, SliTable.Empty.Steps));
        Assert.True(new SliTable([new SliRowKey(0)], 0).Row(0).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SliTable([], -1));
    }
}
