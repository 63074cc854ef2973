Import-Module Microsoft.Graph.Users.Actions
Connect-MgGraph -Scopes "User.ReadWrite.All"
$params = @{
	addLicenses = @(
		@{
			disabledPlans = @( "a23b959c-7ce8-4e57-9140-b90eb88a9e97" )
			skuId = "05e9a617-0261-4cee-bb44-138d3ef5d965"
		}
		@{ SKUID = "c5928f49-12ba-48f7-ada3-0d743a3601d5" }
	)
	removeLicenses = @(
	)
}
Set-MgUserLicense -UserId "gil@contoso.com" -BodyParameter $params
