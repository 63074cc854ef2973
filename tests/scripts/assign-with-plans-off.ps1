Connect-Graph -Scopes User.ReadWrite.All,Organization.Read.All | Out-Null
$sku = Get-MgSubscribedSku | Where-Object { $_.SkuPartNumber -eq 'SPE_E3' }
$off = $sku.ServicePlans | where { $_.ServicePlanName -in ('SWAY','YAMMER_ENTERPRISE') } | select -ExpandProperty ServicePlanId
$licence = @(
    @{
        SkuId         = $sku.SkuId
        DisabledPlans = $off
    }
)
Set-MgUserLicense -UserId gil@contoso.com -AddLicenses $licence -RemoveLicenses @() | Out-Null
