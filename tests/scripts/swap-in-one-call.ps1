param($From = 'SPE_E3', $To = 'SPE_E5')
Connect-MgGraph -Scopes 'User.ReadWrite.All','Organization.Read.All' -NoWelcome
$skus = Get-MgSubscribedSku -All
$old  = $skus | Where-Object SkuPartNumber -EQ $From
$new  = $skus | Where-Object SkuPartNumber -EQ $To
$users = Get-MgUser -All -Filter "assignedLicenses/any(x:x/skuId eq $($old.SkuId) )" -ConsistencyLevel eventual -CountVariable found -Property Id,UserPrincipalName,AccountEnabled,AssignedLicenses
foreach ($user in $users) {
    if (-not $user.AccountEnabled) { continue }
    $was = $user.AssignedLicenses | Where-Object { $_.SkuId -eq $old.SkuId }
    Set-MgUserLicense -UserId $user.Id `
        -AddLicenses @(@{ SkuId = $new.SkuId; DisabledPlans = $was.DisabledPlans }) `
        -RemoveLicenses @($old.SkuId) | Out-Null
}
"$found people had $From"
