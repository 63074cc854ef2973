Connect-MgGraph -Scopes 'User.ReadWrite.All' -NoWelcome
$rules = @{ 'HR' = 'SPE_E3'; 'Marketing' = 'SPE_E5' }
$skus = Get-MgSubscribedSku -All
foreach ($department in $rules.Keys) {
    $sku = $skus | Where-Object SkuPartNumber -eq $rules[$department]
    $free = $sku.PrepaidUnits.Enabled - $sku.ConsumedUnits
    $people = @(Get-MgUser -All -Filter "department eq '$department' and accountEnabled eq true" -Property Id, UserPrincipalName, AssignedLicenses)
    if ($people.Count -gt $free) { Write-Warning "not enough $($sku.SkuPartNumber)"; continue }
    foreach ($person in $people | Where-Object { $_.AssignedLicenses.SkuId -notcontains $sku.SkuId }) {
        Set-MgUserLicense -UserId $person.Id -AddLicenses @{SkuId = $sku.SkuId} -RemoveLicenses @() | Out-Null
    }
}
