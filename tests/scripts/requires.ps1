#Requires -Version 5.1
#Requires -Modules @{ ModuleName = 'Microsoft.Graph.Authentication'; ModuleVersion = '1.19.0' }, @{ ModuleName = 'Microsoft.Graph.Users'; ModuleVersion = '2.3.0' }
#Requires -Modules Microsoft.Graph.Groups, Microsoft.Graph.Identity.DirectoryManagement, Microsoft.Graph.Users.Actions
if (-not (Get-Module -ListAvailable -Name Microsoft.Graph)) { Install-Module Microsoft.Graph -Scope CurrentUser -Force }
Import-Module Microsoft.Graph.Users
if (-not (Get-MgContext)) { Connect-MgGraph -Scopes User.Read.All -NoWelcome }
$loaded = Get-Module | Where-Object Name -like '*Microsoft.Graph*'
$one = Microsoft.Graph.Users\Get-MgUser -UserId gil@contoso.com
"$($one.DisplayName), $($loaded.Count -gt 4)"
