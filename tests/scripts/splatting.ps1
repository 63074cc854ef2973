$connect = @{
    Scopes    = 'User.ReadWrite.All', 'Organization.Read.All'
    NoWelcome = $true
}
Connect-MgGraph @connect
$query = @{
    All              = $true
    Filter           = "department eq 'Sales' and accountEnabled eq true"
    Property         = 'id,userPrincipalName, usageLocation'
    PageSize         = '999'
}
$flow = Get-MgSubscribedSku -All | Where-Object { $_.SkuPartNumber -eq 'FLOW_FREE' } | Select-Object -First 1
Get-MgUser @query | Where-Object { $_.UsageLocation } | ForEach-Object {
    $change = @{ UserId = $_.Id; AddLicenses = @{ SkuId = $flow.SkuId }; RemoveLicenses = @() }
    Set-MgUserLicense @change > $null
}
