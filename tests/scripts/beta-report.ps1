$m = Get-Module Microsoft.Graph.Beta -ListAvailable
if ($m.Count -eq 0) {
    Write-Host 'Microsoft Graph beta module is not available' -ForegroundColor Red
    exit
}
Connect-MgGraph -Scopes 'Directory.Read.All' -NoWelcome
$plan = @{}
Get-MgBetaSubscribedSku -All | ForEach-Object { $plan[$_.SkuId] = $_.SkuPartNumber }
Get-MgBetaUser -All | ForEach-Object {
    $user = $_
    $products = @($user.AssignedLicenses | ForEach-Object { $plan[$_.SkuId] }) -join ','
    if ($products -ne '') {
        $on = (Get-MgBetaUserLicenseDetail -UserId $user.Id).ServicePlans | Where-Object ProvisioningStatus -eq 'Disabled'
        [PSCustomObject]@{ User = $user.UserPrincipalName; Department = $user.Department; Enabled = $user.AccountEnabled; Products = $products; Off = @($on).Count }
    }
} | Sort-Object User | Export-Csv -Path beta.csv -NoTypeInformation
