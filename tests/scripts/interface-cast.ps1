Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
function Add-Product {
    param([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphUser] $User, [guid] $Sku)
    $licence = [Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense] @{ SkuId = $Sku; DisabledPlans = $null }
    $null = Set-MgUserLicense -UserId $User.Id -AddLicenses @($licence) -RemoveLicenses @()
    "$($User.PSTypeNames[0])"
}
Add-Product -User (Get-MgUser -UserId gil@contoso.com) -Sku 'f30db892-07e9-47e9-837c-80727f46fd3d'
