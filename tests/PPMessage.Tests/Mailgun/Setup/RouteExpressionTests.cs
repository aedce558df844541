using PPMessage.Mailgun.Setup;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class RouteExpressionTests
{
    [Theory]
    [InlineData("""match_recipient("support@mg.example.com")""", "Yes")]
    [InlineData("""match_recipient('support@mg.example.com')""", "Yes")]
    [InlineData("""match_recipient("SUPPORT@.*")""", "Yes")]
    [InlineData("""match_recipient("^sales@")""", "No")]
    [InlineData("""match_recipient("^(?P<user>.*?)@(?P<domain>mg\.example\.com)\Z")""", "Yes")]
    [InlineData("""match_recipient("support") and match_recipient("mg\.example")""", "Yes")]
    [InlineData("""match_recipient("support") and match_recipient("other")""", "No")]
    [InlineData("""match_recipient("support") and match_header("subject", ".*")""", "Sometimes")]
    [InlineData("""match_recipient("other") and match_header("subject", ".*")""", "No")]
    [InlineData("""match_header("subject", ".*\"x\".*")""", "Sometimes")]
    [InlineData("catch_all()", "Yes")]
    [InlineData("""not match_recipient("support")""", "Unreadable")]
    [InlineData("""match_recipient("a") or match_recipient("b")""", "Unreadable")]
    [InlineData("""match_recipient("(")""", "Unreadable")]
    [InlineData("""match_recipient("^(([a-z@.])+)+!$")""", "Unreadable")]
    [InlineData("""match_recipient("support""", "Unreadable")]
    [InlineData("""match_recipient()""", "Unreadable")]
    [InlineData("", "Unreadable")]
    public void An_expression_is_judged_by_the_address(string expression, string fit) =>
        Assert.Equal(fit, RouteExpression.Fit(expression, "support@mg.example.com", isCaught: false).ToString());

    [Fact]
    public void A_catch_all_fits_what_nothing_before_it_fits() => Assert.Equal(RouteFit.No, RouteExpression.Fit("catch_all()", "a@b.example", isCaught: true));

    [Theory]
    [InlineData("support@mg.example.com", "supportXmg.example.com")]
    [InlineData("support@mg.example.com", "support@mgxexample.com")]
    [InlineData("support@mg.example.com", "my-support@mg.example.com")]
    [InlineData("a+b?(c)|d@mg.example.com", "aab@mg.example.com")]
    public void An_address_fits_its_own_expression_and_no_other_does(string address, string other)
    {
        Assert.Equal(RouteFit.Yes, RouteExpression.Fit(RouteExpression.Of(address), address, isCaught: false));
        Assert.Equal(RouteFit.No, RouteExpression.Fit(RouteExpression.Of(address), other, isCaught: false));
    }
}
