# Switch a plan off for everybody who has the product, and keep what each has off already.
param($Product = 'SPE_E3', $Plan = 'TEAMS1')
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq $Product
$planId = ($sku.ServicePlans | Where-Object ServicePlanName -eq $Plan).ServicePlanId
$users = Get-MgUser -All -Filter "assignedLicenses/any(s:s/skuId eq $($sku.SkuId))" -Property Id, UserPrincipalName, AssignedLicenses
foreach ($u in $users) {
    $off = @(($u.AssignedLicenses | Where-Object SkuId -eq $sku.SkuId).DisabledPlans)
    if ($off -contains $planId) { continue }
    $off += $planId
    Set-MgUserLicense -UserId $u.Id -AddLicenses @{ SkuId = $sku.SkuId; DisabledPlans = $off } -RemoveLicenses @() | Out-Null
}
